"""What the programmes' own pictures show, as frozen dataclasses."""
