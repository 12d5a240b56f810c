"""Pages of this part: the composer, its pictures, the calendar."""
