"""What can be wrong with a model or with what it is made from.

ModelError
├── ModelMissing        a file of the folder is not there
├── ModelDamaged        a file's hash or shape is not what the card says
├── ModelTooNew         the folder's format is newer than this code
├── ModelForeign        a site's model adapts another base than the one in use
├── OpinionUnavailable  what runs the second opinion is not installed
├── Cancelled           whoever asked for a model no longer wants it
└── TrainingError
    ├── RecipeError     the recipe asks for something that does not exist
    └── SourceMissing   a data set of the recipe is not in the data folder
"""


class ModelError(Exception):
    """Something about a model is wrong; the message says what, and what would be right."""


class ModelMissing(ModelError):
    """A file that the model needs is not there."""


class ModelDamaged(ModelError):
    """A file does not match the card."""


class ModelTooNew(ModelError):
    """The folder was written by a newer version."""


class ModelForeign(ModelError):
    """A site's model was made for another base."""


class OpinionUnavailable(ModelError):
    """The packages that run the second opinion are not installed."""


class Cancelled(ModelError):
    """The work was stopped on request; nothing was made."""


class TrainingError(ModelError):
    """A model cannot be made."""


class RecipeError(TrainingError):
    """The recipe is wrong."""


class SourceMissing(TrainingError):
    """A data set that the recipe names is not in the data folder."""
