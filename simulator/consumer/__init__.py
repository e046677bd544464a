"""A 111 desk: the reference consumer. A program of its own, which finds, books and cancels as its caller wishes.

It shares nothing with the other systems of the simulator but the ways of switching a fault on and of serving HTTP.
"""
