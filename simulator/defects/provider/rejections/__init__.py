"""Defects of provider, rejections."""
