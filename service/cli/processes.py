"""`parley serve` and `parley worker`: the processes."""

from pathlib import Path

import click

from service import logs
from service.cli.desk import read_settings, with_data


@click.command()
@click.option("--host", help="Address to listen on.  [default: PARLEY_HOST, or 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: PARLEY_PORT, or 8000]")
@with_data
@click.option("--demo", is_flag=True, help="Add a site `demo` with the comments of one article.")
def serve(host: str | None, port: int | None, data: Path | None, demo: bool) -> None:
    """Run the whole service.

    That is Redis unless REDIS_URL names one, the web process and a worker.
    """
    from service.workers import supervisor

    settings = read_settings(host=host, port=port, data=data)
    logs.set_up(settings.log_level)
    supervisor.serve(settings, demo)


@click.command()
@with_data
def worker(data: Path | None) -> None:
    """Run a worker alone.

    It ends claims and delivers webhooks. Any number may run beside any number of web processes.
    """
    from service.workers import worker as process

    settings = read_settings(data=data)
    logs.set_up(settings.log_level)
    process.run(settings)
