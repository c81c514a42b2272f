# SPDX-License-Identifier: MIT
"""Whether the engine's integers are those of the reference model and of the contracts.

`replay` carries paths by a plain loop over the model, `contracts` through a deployment on an
embedded EVM; netting sets have a file of their own beside each. `proving` compares a sample.
"""
