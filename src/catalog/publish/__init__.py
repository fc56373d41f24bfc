"""A finished release -> a folder that a static host serves: verified, frozen, put in place at once.

`/` shows the newest release and `releases/<name>/` each one ever published, at addresses that
papers cite: what stands there is not altered by a later publication.
"""
