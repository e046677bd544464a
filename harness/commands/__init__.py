"""The commands of ``uec-booking``, a module each with ``main(arguments) -> exit status``."""
