"""The plan document."""

import json

import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.plan import Plan, load_plan, parse_plan

DOCUMENT = {
    "version": 1, "source": "torch", "target": "keras",
    "classes": {"ResNet": {"attributes": {"layers": "layers_"}, "parameters": {"pos": {"permute": [0, 2, 3, 1]}},
                           "rows": {"fc": {"chw": [512, 7, 7], "order": [1, 2, 0]}}}},
    "interface": {"ResNet()": {"inputs": [[0, 2, 3, 1]], "outputs": [None]}},
    "files": {"resnet.py": "0123"},
}


def test_round_trip(tmp_path):
    plan = parse_plan(DOCUMENT)
    assert plan.to_json() == DOCUMENT  # what other parts of the product add is kept
    plan.save(tmp_path / "x.plan.json")
    assert load_plan(tmp_path / "x.plan.json").to_json() == DOCUMENT
    assert [p.name for p in tmp_path.iterdir()] == ["x.plan.json"]


def test_inherited_rules():
    plan = parse_plan({**DOCUMENT, "classes": {"Base": {"attributes": {"a": "x", "b": "y"}},
                                               "pkg.mod:Sub": {"attributes": {"a": "z"}}}})
    assert plan.for_classes(("pkg.mod:Sub", "pkg.mod:Base", "nn.Module")).attributes == {"a": "z", "b": "y"}
    assert plan.for_classes(("other:Sub",)).attributes == {}


def test_none_is_an_empty_plan():
    assert load_plan(None).to_json() == Plan().to_json()


@pytest.mark.parametrize(("change", "message"), [
    ({"version": 2}, "version 2"),
    ({"source": None}, "source"),
    ({"classes": []}, "classes"),
    ({"classes": {"A": {"colour": {}}}}, "colour"),
    ({"classes": {"A": {"attributes": {"x": 1}}}}, "A.x"),
    ({"classes": {"A": {"parameters": {"x": {"permute": [0, 2]}}}}}, "A.x"),
    ({"classes": {"A": {"rows": {"x": {"chw": [1, 2], "order": [0]}}}}}, "order"),
    ({"classes": {"A": {"rows": {"x": {"chw": [0], "order": [0]}}}}}, "chw"),
    ({"tensors": {}}, "tensors"),
])
def test_malformed(change, message):
    with pytest.raises(TensorglotError, match=message) as caught:
        parse_plan({**DOCUMENT, **change})
    assert caught.value.diagnostic.code == "TG002"


def test_unreadable_files(tmp_path):
    with pytest.raises(TensorglotError, match="cannot read"):
        load_plan(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(TensorglotError, match="no weight plan"):
        load_plan(tmp_path / "bad.json")
    (tmp_path / "list.json").write_text(json.dumps([1]))
    with pytest.raises(TensorglotError, match="not a JSON object"):
        load_plan(tmp_path / "list.json")
