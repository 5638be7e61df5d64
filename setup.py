"""The one thing that pyproject.toml cannot say yet: the fast engine, built where it can be."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "answerback.domain.listening._fast",
            ["src/answerback/domain/listening/_fast.c"],
            extra_compile_args=["-std=c11", "-O3"],
            optional=True,  # without a compiler the readable engine does all the work (ADR 0012)
        )
    ]
)
