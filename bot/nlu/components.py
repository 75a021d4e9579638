"""The Rasa side: Amparo's two graph components. With `train`, the only module that imports Rasa.

Rasa wires the graph from the parameter names of `train` and `process` and wants their annotations at run time,
so they must stay as they are. Both components find the project through the working directory or AMPARO_HOME.
"""

# No `from __future__ import annotations`: Rasa reads the annotations themselves.
import logging
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from ..home import home
from ..i18n import read_infos
from ..knowledge.load import load
from ..knowledge.places import Gazetteer
from ..settings import read_settings
from .classifier import Recipe, Understanding, fit_understanding
from .features import read_lexicon
from .models import trained_locales
from .vectors import read_vectors

MASKED_TEXT = "masked_text"
logger = logging.getLogger(__name__)


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class PlaceMasker(GraphComponent):
    """Writes each message's text with its places masked beside the text itself.

    With `replace_text: true` it writes over the text, so that Rasa's stock components see the same messages.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"replace_text": False}

    def __init__(self, config: Dict[Text, Any]) -> None:
        root = home()
        base, _ = load(root, [])
        self._gazetteer = Gazetteer(base, root / "data" / "places")
        self._target = TEXT if config["replace_text"] else MASKED_TEXT

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            message.set(self._target, self._gazetteer.find(message.get(TEXT) or "").masked)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class AmparoClassifier(IntentClassifier, GraphComponent):
    """Ranks intents with `bot.nlu.classifier`; learns the messages' languages beside them."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        recipe = Recipe()
        return {
            "lexicon": "data/nlu/lexicon.yml",
            "vectors": "data/nlu/vectors.npz",
            "meaning": recipe.meaning,
            "weights": list(recipe.weights),
            "cost": recipe.cost,
            "rarest": recipe.rarest,
            "folds": recipe.folds,
            "augment": list(recipe.augment),
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        understanding: Optional[Understanding] = None,
    ) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._understanding = understanding

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Understanding.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        default, spoken = read_infos(home())[0].code, trained_locales(home(), read_settings())
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and _locale(e, default) in spoken]
        recipe = Recipe(
            weights=tuple(self._config["weights"]),
            cost=self._config["cost"],
            rarest=self._config["rarest"],
            folds=self._config["folds"],
            meaning=self._config["meaning"],
            augment=tuple(self._config["augment"]),
        )
        self._understanding = fit_understanding(
            texts=[e.get(MASKED_TEXT) or e.get(TEXT) for e in examples],
            intents=[e.get(INTENT) for e in examples],
            locales=[_locale(e, default) for e in examples],
            lexicon=read_lexicon(home() / self._config["lexicon"]),
            vectors=read_vectors(home() / self._config["vectors"]),
            recipe=recipe,
            report=lambda line: logger.info("Amparo: %s", line),
        )
        with self._storage.write_to(self._resource) as folder:
            self._understanding.save(Path(folder))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._rank(message)
        return messages

    def _rank(self, message: Message) -> None:
        text = message.get(MASKED_TEXT) or message.get(TEXT) or ""
        if self._understanding is None or not text:
            message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [], add_to_output=True)
            return
        ranking = [{"name": r.label, "confidence": r.probability} for r in self._understanding.rank_intents(text)]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _locale(example: Message, default: str) -> str:
    """The language an intent block is marked with in the training file."""
    metadata = example.get("metadata") or {}
    block = metadata.get("intent") or {}
    return str(block.get("locale", default)) if isinstance(block, dict) else default
