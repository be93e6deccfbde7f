"""What the demonstration migrates: files, the models in them, and the inputs at which they are compared."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "torch"


@dataclass(frozen=True)
class Example:
    """A model expression and one input specification per positional argument of its forward."""

    model: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One row of the demonstration.

    `source` is a file of `examples/torch`, or `distribution:path/in/site-packages.py`: a file written by nobody here.
    The first example is traced; the `others` were never run before the comparison.
    `interface_transposes`: transposes that the source's own interface forces on a channels-last output (a function
    whose input is documented as channels-last or tokens, where the source has none), each with its reason in `note`.
    `slow`: left out of the test suite, part of `make demo`.
    """

    name: str
    source: str
    traced: Example
    others: tuple[Example, ...]
    interface_transposes: int = 0
    note: str = ""
    slow: bool = False

    @property
    def foreign(self) -> bool:
        """True where the source file comes from an installed package."""
        return ":" in self.source

    @property
    def path(self) -> Path:
        """The source file; raises `FileNotFoundError` with the way to install it."""
        if not self.foreign:
            return EXAMPLES / self.source
        distribution, _, relative = self.source.partition(":")
        spec = importlib.util.find_spec(relative.split("/")[0])
        if spec is None or spec.origin is None:
            raise FileNotFoundError(f"{distribution} is not installed; `make venv` installs it")
        return Path(spec.origin).parent.parent / relative


def case(name: str, source: str, model: str, inputs: str, *others: tuple[str, str], interface_transposes: int = 0,
         note: str = "", slow: bool = False) -> Case:
    """A case; inputs are separated by spaces, `others` are (model, inputs) pairs ("" stands for the traced model)."""
    rest = tuple(Example(m or model, tuple(i.split())) for m, i in others)
    return Case(name, source, Example(model, tuple(inputs.split())), rest, interface_transposes, note, slow)


# The paper's five networks, in plain PyTorch, as classes and with nn.Sequential
_ALEX = "(num_classes=10, hidden=128)"
_VGG = "(num_classes=10, width=8, hidden=64)"
_TEXT = "int64[2,20]<100"
PAPER = (
    case("AlexNet", "alexnet.py", "AlexNet" + _ALEX, "float32[2,3,96,96]",
         ("", "float32[5,3,96,96]"), ("", "float32[2,3,127,95]"), ("AlexNet(num_classes=7)", "float32[1,3,224,224]")),
    case("AlexNet, Sequential", "alexnet.py", "alexnet_sequential" + _ALEX, "float32[2,3,96,96]",
         ("", "float32[5,3,96,96]"), ("", "float32[2,3,127,95]")),
    case("VGG16", "vgg16.py", "VGG16" + _VGG, "float32[2,3,64,64]",
         ("", "float32[3,3,64,64]"), ("", "float32[2,3,96,70]"), ("VGG16(12, 4, 32)", "float32[2,3,64,64]")),
    case("VGG16, Sequential", "vgg16.py", "VGG" + _VGG.replace("(", "(CONFIGURATION, "), "float32[2,3,64,64]",
         ("", "float32[3,3,64,64]"), ("", "float32[2,3,96,70]"),
         ("vgg16_bn(num_classes=10, width=4, hidden=32)", "float32[2,3,64,64]")),
    case("Tutorial CNN", "tutorial_cnn.py", "Net()", "float32[2,3,32,32]",
         ("", "float32[7,3,32,32]"), ("", "float32[2,3,33,33]")),
    case("Tutorial CNN, Sequential", "tutorial_cnn.py", "SequentialNet()", "float32[2,3,32,32]",
         ("", "float32[7,3,32,32]"), ("SequentialNet(num_classes=3, in_channels=1)", "float32[2,1,32,32]")),
    case("CNN-GRU", "cnn_rnn.py", "CNNGRU(vocab_size=100, filters=20, hidden_size=12)", _TEXT,
         ("", "int64[3,20]<100"), ("", "int64[2,31]<100"), ("CNNGRU()", "int64[2,40]<5000")),
    case("CNN-GRU, Sequential", "cnn_rnn.py", "CNNGRUSequential(vocab_size=100, filters=20, hidden_size=12)", _TEXT,
         ("", "int64[3,20]<100"), ("", "int64[2,31]<100"),
         ("CNNGRUSequential(vocab_size=100, filters=8, kernel_sizes=(3, 4, 5))", _TEXT)),
    case("LSTM", "lstm.py", "LSTMClassifier(vocab_size=100, embed_dim=16, hidden_dim=8)", _TEXT,
         ("", "int64[5,20]<100"), ("", "int64[2,7]<100"), ("LSTMClassifier()", "int64[2,12]<10000")),
    case("LSTM, Sequential", "lstm.py", "lstm_sequential(vocab_size=100, embed_dim=16, hidden_dim=8)", _TEXT,
         ("", "int64[5,20]<100"), ("", "int64[2,7]<100")),
)

# Networks of other kinds, written here
OWN = (
    case("ResNet-18 (CIFAR)", "resnet18.py", "ResNet18(width=8)", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"), ("", "float32[2,3,40,24]"), ("ResNet50(width=8)", "float32[8,3,32,32]"),
         note="of ResNet50 a batch of eight: over two images its batch statistics leave no digits of a float32 gradient"),
    case("U-Net", "unet.py", "UNet(width=8, depth=3)", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"), ("", "float32[2,3,45,27]"),
         ("UNet(1, 4, width=4, depth=2, bilinear=True)", "float32[2,1,24,24]")),
    case("ShuffleNet", "shufflenet.py", "ShuffleNet(3, (12, 48, 96, 192), (2, 2, 2))", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"), ("", "float32[2,3,48,40]"),
         ("ShuffleNet(2, (8, 40, 80, 160), (1, 2, 1))", "float32[2,3,32,32]")),
    case("GPT", "gpt.py", "GPT(GPTConfig())", "int64[2,16]<256",
         ("", "int64[3,16]<256"), ("", "int64[2,23]<256"),
         ("GPT(GPTConfig(vocab_size=90, n_layer=3, n_head=2, bias=False))", "int64[2,16]<90"),
         ("GPT(GPTConfig())", "int64[2,16]<256 int64[2,16]<256")),
    case("ViT", "vit.py", "ViT()", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"), ("ViT(img_size=48, patch_size=8, embed_dim=32)", "float32[2,3,48,48]")),
    case("ViT, einops", "vit_einops.py", "ViT()", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"),
         ("ViT(image_size=24, patch_size=6, dim=32, channels=1, pool='mean')", "float32[2,1,24,24]")),
    case("Seq2seq with attention", "seq2seq.py", "Seq2Seq()", "int64[2,9]<40 int64[2,6]<50",
         ("", "int64[3,9]<40 int64[3,6]<50"), ("", "int64[2,12]<40 int64[2,4]<50"),
         ("Seq2Seq(30, 20, 8, 12)", "int64[2,9]<30 int64[2,6]<20")),
    case("VAE", "vae.py", "VAE(width=8)", "float32[2,1,28,28]",
         ("", "float32[5,1,28,28]"), ("VAE(latent_dim=5, width=4)", "float32[2,1,28,28]")),
    case("DCGAN, generator", "dcgan.py", "Generator(nz=16, ngf=8)", "float32[2,16]",
         ("", "float32[5,16]"), ("Generator(nz=10, ngf=4, nc=1)", "float32[2,10]")),
    case("DCGAN, discriminator", "dcgan.py", "Discriminator(ndf=8)", "float32[2,3,64,64]",
         ("", "float32[5,3,64,64]"), ("", "float32[2,3,80,96]"), ("Discriminator(4, 1)", "float32[2,1,64,64]")),
    case("Graph convolution", "gcn.py", "GCN()", "float32[12,16] float32[12,12]:0..1",
         ("", "float32[20,16] float32[20,20]:0..1"),
         ("GCN(nfeat=5, nhid=8, nclass=3)", "float32[9,5] float32[9,9]:0..1")),
)

# Files written by nobody here, read where the package installed them
_TV = "torchvision:torchvision/models/"
_VIT = "image_size={0}, patch_size={1}, num_classes=10, dim=32, depth=2, heads=2, mlp_dim=64"
_IMAGES = ("", "float32[3,3,64,64]"), ("", "float32[2,3,96,80]")
_GPT2 = ("{'vocab_size': 99, 'context_length': 32, 'emb_dim': 32, 'n_heads': %d, 'n_layers': 2, 'drop_rate': 0.1, "
         "'qkv_bias': %s}")
_EXPORTED = "(lambda net: net.set_swish(memory_efficient=False) or net)(EfficientNet.from_name(%s))"
FOREIGN = (
    case("torchvision AlexNet", _TV + "alexnet.py", "alexnet(num_classes=10)", "float32[2,3,64,64]",
         ("", "float32[3,3,64,64]"), ("", "float32[2,3,100,81]"), slow=True),
    case("torchvision VGG11-BN", _TV + "vgg.py", "vgg11_bn(num_classes=10)", "float32[2,3,32,32]",
         ("", "float32[3,3,32,32]"), ("", "float32[2,3,64,48]"), slow=True),
    case("torchvision ResNet-18", _TV + "resnet.py", "resnet18(num_classes=10)", "float32[2,3,64,64]",
         *_IMAGES, ("resnext50_32x4d(num_classes=5)", "float32[8,3,64,64]"), slow=True),
    case("torchvision DenseNet-121", _TV + "densenet.py", "densenet121(num_classes=10)", "float32[2,3,64,64]",
         *_IMAGES, ("DenseNet(8, (2, 3), 16, 2, 0.1, 5)", "float32[2,3,64,64]"), slow=True),
    case("torchvision ShuffleNetV2", _TV + "shufflenetv2.py", "shufflenet_v2_x0_5(num_classes=10)",
         "float32[2,3,64,64]", *_IMAGES, ("shufflenet_v2_x1_0(num_classes=4)", "float32[2,3,64,64]")),
    case("torchvision MobileNetV2", _TV + "mobilenetv2.py", "mobilenet_v2(num_classes=10, width_mult=0.5)",
         "float32[2,3,64,64]", *_IMAGES, ("mobilenet_v2(num_classes=3, width_mult=0.25)", "float32[2,3,64,64]")),
    case("torchvision SqueezeNet", _TV + "squeezenet.py", "squeezenet1_1(num_classes=10)", "float32[2,3,64,64]",
         *_IMAGES, ("squeezenet1_0(num_classes=4)", "float32[2,3,64,64]")),
    case("unet-pytorch U-Net", "unet-pytorch:unet_pytorch/model.py", "UNet(3, 2)", "float32[1,3,32,32]",
         ("", "float32[2,3,32,32]"), ("", "float32[1,3,48,64]"), ("UNet(1, 4)", "float32[1,1,32,32]"), slow=True),
    case("GPT-2 (sagar-neuron-gpt2)", "sagar-neuron-gpt2:sagar_neuron_gpt2/model_configuration/gpt_model.py",
         f"GPTModel({_GPT2 % (2, False)})", "int64[2,16]<99", ("", "int64[3,16]<99"), ("", "int64[2,27]<99"),
         (f"GPTModel({_GPT2 % (4, True)})", "int64[2,16]<99")),
    case("vit-pytorch ViT, einops", "vit-pytorch:vit_pytorch/vit.py", f"ViT({_VIT.format(32, 8)})",
         "float32[2,3,32,32]", ("", "float32[3,3,32,32]"),
         (f"ViT({_VIT.format(24, 6)}, channels=1, pool='mean')", "float32[2,1,24,24]")),
    case("vit-pytorch SimpleViT, einops", "vit-pytorch:vit_pytorch/simple_vit.py", f"SimpleViT({_VIT.format(32, 8)})",
         "float32[2,3,32,32]", ("", "float32[3,3,32,32]"),
         (f"SimpleViT({_VIT.format((24, 32), (6, 8))})", "float32[2,3,24,32]")),
    case("torchvision ViT", _TV + "vision_transformer.py", "VisionTransformer(32, 8, 2, 2, 32, 64, num_classes=10)",
         "float32[2,3,32,32]", ("", "float32[3,3,32,32]"),
         ("VisionTransformer(48, 8, 1, 4, 16, 32, num_classes=4)", "float32[2,3,48,48]")),
    case("ConvMixer (labml-nn)", "labml-nn:labml_nn/conv_mixer/__init__.py",
         "ConvMixer(ConvMixerLayer(16, 5), 2, PatchEmbeddings(16, 4, 3), ClassificationHead(16, 10))",
         "float32[2,3,32,32]", ("", "float32[3,3,32,32]"), ("", "float32[2,3,40,24]")),
    case("VAE's Gaussian MLP (vaes-ptorch)", "vaes-ptorch:vaes_ptorch/vae.py", "GaussianMLP(12, [16, 8, 8], 4)",
         "float32[3,12]", ("", "float32[5,12]"), ("GaussianMLP(6, [], 2)", "float32[3,6]"),
         ("GaussianMLP(6, [9], 2)", "float32[3,6]")),
    case("DCGAN generator (dcgan-pytorch)", "dcgan-pytorch:dcgan_pytorch/model.py", "Generator.from_name('g-mnist')",
         "float32[2,100,1,1]", ("", "float32[3,100,1,1]"), ("", "float32[2,100,2,3]"),
         ("Generator.from_name('g-cifar')", "float32[2,100,1,1]")),
    case("DCGAN discriminator (dcgan-pytorch)", "dcgan-pytorch:dcgan_pytorch/model.py",
         "Discriminator.from_name('d-mnist')", "float32[2,1,64,64]", ("", "float32[3,1,64,64]"),
         ("", "float32[2,1,80,64]"), ("Discriminator.from_name('d-cifar')", "float32[2,3,64,64]")),
    case("Graph attention (labml-nn)", "labml-nn:labml_nn/graphs/gat/__init__.py", "GraphAttentionLayer(6, 8, 2)",
         "float32[7,6] int64[7,7,1]<2", ("", "float32[11,6] int64[11,11,1]<2"),
         ("GraphAttentionLayer(5, 4, 3, is_concat=False)", "float32[7,5] int64[7,7,3]<2")),
    case("EfficientNet (efficientnet-pytorch)", "efficientnet-pytorch:efficientnet_pytorch/model.py",
         _EXPORTED % "'efficientnet-b0', num_classes=10", "float32[2,3,64,64]", ("", "float32[3,3,64,64]"),
         (_EXPORTED % "'efficientnet-b1', num_classes=4, image_size=64", "float32[2,3,64,64]"), slow=True,
         note="built for one image size: its padding is computed from it in the constructor; with the swish that the "
              "package has for export, since the one for training is an autograd function of its own"),
)

CASES = PAPER + OWN + FOREIGN


def find(pattern: str) -> list[Case]:
    """Cases whose name or source contains the pattern, in any case."""
    wanted = pattern.lower()
    return [c for c in CASES if wanted in c.name.lower() or wanted in c.source.lower()]
