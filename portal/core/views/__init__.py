"""Pages of the floor: files, documents, health."""
