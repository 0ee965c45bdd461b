"""Write the trained network as an ONNX file with eight-bit weights, which onnxruntime alone can run."""

import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from models.second.network import Network

INPUTS, OUTPUTS = ("ids", "mask"), ("logits", "embedding")


def export(network: Network, path: Path) -> None:
    """Write `network` to `path`.

    Weights keep seven of the eight bits, for on processors before VNNI sums of eight-bit products overflow: there too
    the scores are to be the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        full, shaped = Path(folder, "full.onnx"), Path(folder, "shaped.onnx")
        write_full(network, full)
        quant_pre_process(str(full), str(shaped), skip_symbolic_shape=True)
        quantize_dynamic(str(shaped), str(path), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def write_full(network: Network, path: Path) -> None:
    """Write `network` with weights of full precision."""
    example = (torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8, dtype=torch.long))
    axes = {name: {0: "texts", 1: "tokens"} for name in INPUTS} | {name: {0: "texts"} for name in OUTPUTS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            example,
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
