"""Builds what the Lambdas run: for each function of `functions/` a tree with exactly what it needs, byte-compiled.

`project` goes through it from end to end: `reach` finds which of our modules a function imports, `data_files` what they
read, `shelf` which distributions they need, `wheels` brings those, `layout` writes the trees, `compiling` has them
compiled and checked by the Python that `interpreters` finds (`bytecode` is what runs in it), `sizes` weighs them, and
`template` points the template at them. `omissions` names, with reasons, what is left out although something imports or
ships it. `running` runs a tree as Lambda would, `import_times` times that.
"""
