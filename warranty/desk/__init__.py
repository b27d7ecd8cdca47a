"""The reviewers' desk: which claim is whose (queue, taking), who is looking (presence), what waits for an appraisal (holding),
what the page tells (story), many decisions at once (bulk). Not here: deciding one claim (warranty.review)."""
