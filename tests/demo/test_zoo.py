"""A small fixed sample of the zoo: a package migrated at once, and single files of a large library."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.zoo.listing import Network, networks
from demo.zoo.run import Result, migrate_package, run_networks

# Not seen green as a whole on a quiet machine yet: part of `make test-full` until it is.
pytestmark = [pytest.mark.slow, pytest.mark.full]

VISION = ("squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "regnet_y_400mf")
TIMM = ("resnet", "convnext", "ghostnet", "mlp_mixer")


class TestTorchvision:
    """The models folder as one package; the sampled networks are its examples."""

    @pytest.fixture(scope="class")
    def results(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
        sample = [network for network in networks("torchvision") if network.name in VISION]
        out = tmp_path_factory.mktemp("zoo") / "torchvision"
        package = migrate_package("torchvision", "keras", out, sample)
        return {result.name: result for result in run_networks("torchvision", "keras", sample, out, package)}

    @pytest.mark.parametrize("name", VISION)
    def test_network_of_the_package_matches(self, name: str, results: dict[str, Result]) -> None:
        assert results[name].why == ""
        assert results[name].matches


@pytest.mark.xfail(strict=True, reason="files of timm.layers that hold no code that the model runs keep names of the "
                                       "source: `torch` and classes that are not imported")
@pytest.mark.parametrize("network", [n for n in networks("timm") if n.module in TIMM], ids=lambda n: n.name)
def test_network_of_a_file_matches(network: Network, tmp_path: Path) -> None:
    [result] = run_networks("timm", "keras", [network], tmp_path, {})
    assert result.why == ""
    assert result.matches
