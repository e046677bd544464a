"""The UEC Booking Standard as data, with thin readers."""
