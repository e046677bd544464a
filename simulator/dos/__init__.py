"""The Directory of Services (DoS) of the world: SOAP, with the two operations that lead to a booking."""
