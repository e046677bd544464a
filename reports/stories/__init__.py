"""The stories of the standard, drawn from what a run recorded, in the lifelines of the standard's own diagram."""
