"""Questions about a release, each answered once for all who pass numbers on: the interface, exports, briefings, assistants.

Nothing is computed here: an answer holds rows of the release as they were published, without what must not be shown
(docs/decisions/0035-answers-in-one-room.md).
"""
