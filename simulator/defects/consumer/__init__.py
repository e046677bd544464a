"""Defects of the reference consumer (`uec-booking desk --defect NAME`)."""
