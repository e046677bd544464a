"""The world: small real systems (providers, a registry) that can play any part in the booking workflow.

Started by ``python -m uec_booking.simulator``; reached only over sockets.
"""
