"""Which DoS services there are, what DoS and SDS tell of them, and which systems of the world answer for them."""
