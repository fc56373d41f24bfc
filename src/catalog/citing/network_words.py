"""What kind of model a release used, in words."""

import json

from catalog.store.records import Model


def network_words(model: Model) -> str:
    """Name the model: a variational or a plain autoencoder, or a linear model.

    The catalogue's `configuration` tells; where it does not, it is a variational autoencoder.
    """
    if model.kind == "pca":
        return "linear model of principal components"
    return "variational autoencoder" if _is_variational(model) else "plain autoencoder"


def _is_variational(model: Model) -> bool:
    try:
        found = json.loads(model.configuration)["shape"]["variational"]
    except (ValueError, KeyError, TypeError):
        return True
    return bool(found)
