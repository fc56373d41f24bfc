"""A release says what kind of model it used."""

import json
from dataclasses import replace

import pytest
from tests.citing.works import MODEL

from catalog.citing.network_words import network_words


@pytest.mark.parametrize(
    ("kind", "configuration", "words"),
    [
        ("mlp_vae", {"shape": {"variational": True}}, "variational autoencoder"),
        ("attention_ae", {"shape": {"variational": False}}, "plain autoencoder"),
        ("pca", {"shape": {"variational": True}}, "linear model of principal components"),
        ("mlp_vae", {"shape": {}}, "variational autoencoder"),
        ("mlp_vae", [], "variational autoencoder"),
    ],
)
def test_the_kind_is_told_in_words(kind, configuration, words):
    model = replace(MODEL, kind=kind, configuration=json.dumps(configuration))

    assert network_words(model) == words


def test_a_configuration_that_cannot_be_read_stands_for_the_default():
    assert network_words(replace(MODEL, configuration="{")) == "variational autoencoder"
