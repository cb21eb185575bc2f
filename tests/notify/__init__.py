"""Telling people: the schedule, the outbox, mail servers and robots that misbehave."""
