"""What a recipe says of the latent space: what is asked of it, and which tracks are drawn."""

from typing import Annotated

from pydantic import Field, model_validator

from catalog.recipe.base import Positive, Section, Slug


class LatentSection(Section):
    """How the meaning of the latent dimensions is measured."""

    informative_mad: Annotated[float, Field(ge=0.0)] = 0.02
    """A dimension is informative if the median absolute deviation of its means is above this ..."""
    informative_kl: Annotated[float, Field(ge=0.0)] = 0.01
    """... and its Kullback-Leibler divergence from the prior is above this, nat; not asked of a
    plain autoencoder."""
    labels: tuple[str, ...] = ()
    """Columns of the catalogue that dimensions are compared with; all that are numbers if empty."""
    sample: Positive = 10_000
    """Spectra that mutual information is measured on, at most."""
    permutations: Positive = 100
    """Shuffled copies of a label that tell what mutual information chance gives."""
    traversal_sd: Annotated[float, Field(gt=0.0, le=10.0)] = 2.0
    """How far a traversal leaves the mean, in standard deviations of the dimension."""
    traversal_steps: Annotated[int, Field(ge=3, le=21)] = 9
    """Steps of a traversal, an odd number: the one in the middle is the mean."""

    @model_validator(mode="after")
    def _odd(self) -> "LatentSection":
        if self.traversal_steps % 2 == 0:
            raise ValueError(f"traversal_steps must be odd; found {self.traversal_steps}")
        return self


class TrackSection(Section):
    """A path through a pair of latent dimensions, along which real spectra are shown.

    What a dimension means is not known before the model is trained. So a recipe may say which
    feature a track follows (`along`), and leave the pair and the points to the build.
    """

    name: Slug
    """Short name: part of an address."""
    title: Annotated[str, Field(min_length=1)]
    """What pages call it."""
    along: str = ""
    """Feature that the track follows, such as `halpha`: across and up are the two dimensions that
    change it most, and the points lie where the spectra are, from little of it to much."""
    across: Annotated[int, Field(ge=0)] = 0
    """First dimension, counted from 1; left out where `along` is given."""
    up: Annotated[int, Field(ge=0)] = 0
    """Second dimension, counted from 1; left out where `along` is given."""
    points: tuple[tuple[float, float], ...] = ()
    """Points of the pair in order, in units of the latents; left out where `along` is given."""
    spec_class: str = ""
    """Only spectra of this class count; all if empty."""
    radius: Annotated[float, Field(gt=0.0)] = 0.25
    """Spectra within this distance of a point are stacked."""

    @model_validator(mode="after")
    def _either(self) -> "TrackSection":
        given = (self.across, self.up, self.points) != (0, 0, ())
        if self.along and given:
            raise ValueError("a track goes along a feature, or through points, not both")
        if not self.along:
            if not (self.across and self.up and self.across != self.up):
                raise ValueError("a track needs two dimensions, across and up, or `along`")
            if len(self.points) < 2:
                raise ValueError("a track needs two points or more, or `along`")
        return self


class SweepSection(Section):
    """Which models `catalog sweep` trains, to choose beta and the number of latents."""

    betas: Annotated[tuple[float, ...], Field(min_length=1)] = (0.03, 0.1, 0.3, 1.0, 3.0)
    """Weights of the Kullback-Leibler term."""
    n_latents: Annotated[tuple[Positive, ...], Field(min_length=1)] = (8, 128)
    """Numbers of latent dimensions."""
    deterministic: bool = True
    """Whether plain autoencoders of these sizes are trained, too."""
