"""The lessons: one module for each topic, from numbers or a live connection to a Lesson."""
