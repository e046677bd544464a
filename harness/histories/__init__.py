"""Histories of what several did at once: could they have come about if each had been done at one moment?"""
