"""Many sources on few hosts: each host is asked one thing at a time."""

from pathlib import Path

from cloud.conftest import HOSTS
from cloud.deployment import Deployment
from cloud.stories import a_configuration, a_feed


def test_two_hundred_sources_on_twenty_hosts_never_meet_at_one_host(deployment: Deployment, tmp_path: Path) -> None:
    places = deployment.places
    urls = [
        places.put(host, f"/{number}.xml", a_feed(title=f"{host} {number}")) for host in HOSTS for number in range(10)
    ]
    company = deployment.company("reader")
    company.apply(tmp_path, a_configuration(urls))
    places.slowness_s = 0.03

    planned = deployment.tick_and_settle()

    places.slowness_s = 0.0
    assert planned["sources"] >= 200
    assert {host: places.asked[host] for host in HOSTS} == dict.fromkeys(HOSTS, 10)
    assert {host: places.most_at_once[host] for host in HOSTS} == dict.fromkeys(HOSTS, 1)
    assert places.most_at_once["anywhere"] > 1, "hosts were read one after the other"
