"""What a supplier fills in and uploads for the 2020 assurance scripts (SCAL), made from a judged run."""
