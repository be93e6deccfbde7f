"""Without evidence, or with `--layout keep`, the source's axis order is kept everywhere: equal, and said."""

import pytest
from nets import HEAD, NETS

import tensorglot
from tensorglot.verify import Case, verify_many

WAYS = {"static": {"run": False}, "keep": {"layout": "keep"}}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """(network, way) → migration and report; all are verified in one child a dtype."""
    folder = tmp_path_factory.mktemp("nets")
    made, cases = {}, []
    for name, (source, model, spec) in NETS.items():
        path = folder / f"{name}.py"
        path.write_text(HEAD + source)
        for way, options in WAYS.items():
            told = options if way == "static" else {**options, "model": model, "inputs": [spec]}
            migration = tensorglot.migrate(path, "keras", **told)
            out = folder / f"{name}_{way}.py"
            migration.save(out)
            made[name, way] = migration
            cases.append(Case(path, out, model, [spec], modes=("eval", "train"), dtypes=("float32",)))
    return dict(zip(made, zip(made.values(), verify_many(cases), strict=True), strict=True))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NETS)
def test_equal(migrated, name, way):
    migration, report = migrated[name, way]
    assert migration.stats["marked"] == 0
    assert report.ok, str(report)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NETS)
def test_said(migrated, name, way):
    migration, _ = migrated[name, way]
    assert [d.severity for d in migration.diagnostics if d.code == "TG024"] == ["info"]
    assert migration.stats["layout"] == "kept"
    plans = migration.weight_plan["classes"].values()
    assert not any({"rows", "columns", "parameters"} & set(plan) for plan in plans)


def test_dense_networks_say_nothing():
    source = HEAD + "net = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.ReLU())\n"
    migration = tensorglot.migrate(source, "keras", run=False)
    assert not any(d.code == "TG024" for d in migration.diagnostics)
    assert migration.stats["layout"] == "native"


def test_layers_that_take_the_order_are_told_so():
    code = tensorglot.migrate(HEAD + NETS["classifier"][0], "keras", run=False).code
    assert 'layers.MaxPooling2D(2, data_format="channels_first")' in code
    assert "axis=1" in code and "ChannelsFirst(PaddedConv2D(" in code
    assert "ops.transpose" not in code[code.index("class Net"):]
