"""Whose the bytes are: the packages of a layer by what package databases say, layer by layer.

    paths of databases -> documents of each layer -> claims to paths -> owners of copies -> bytes

One module a package manager finds its databases, parses them and says what its packages claim.
"""
