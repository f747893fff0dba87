"""Asks its question where nobody can answer."""

name = input("Your name? ")
