"""Images of the sky round the published objects, fetched once and kept.

They come from the Legacy Surveys' viewer, which serves several surveys' images as layers.
"""
