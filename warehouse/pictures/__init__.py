"""Pictures as analysts declare them beside their marts: what an entry may say, the question it puts to a release, and the check of both.

Only what holds for every picture stands here; what a picture shows is in the YAML of its mart, how it is drawn in dashboard/charts.
"""
