"""Bad input for every form, list, upload, import and endpoint: 4xx in the reader's words, never 500, never half an effect.

The suite tries a seeded sample of the values; `./run corpus` tries all of them.
"""
