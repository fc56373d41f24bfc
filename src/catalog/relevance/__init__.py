"""Make the list one's own: a person's ratings of a few objects -> an order of all of them.

Astronomaly's relevance (Lochner & Bassett 2021), with a Gaussian process in the place of their
random forest. `site_templates/static/opinion/relevance.js` does the same arithmetic in the browser;
the numbers agree to 1e-6, and a test holds them to it.
"""
