"""The world put together: systems, storage, outboxes, control, and the Flask app that serves them."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import Flask, Response, g
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from .audit import AuditTrail
from .clock import Clock, as_instant
from .compat_tkw import sentinels as tkw
from .compat_tkw.routes import tkw_blueprint
from .console.exchanges import ExchangeLog
from .console.installing import install_console
from .console.page import Inside
from .control.levers import Levers
from .control.reports import ReportLevers
from .control.routes import control_blueprint
from .database import Database
from .dos.routes import dos_blueprint
from .http import Edge, install
from .known_defects import DEFECTS
from .on_demand.acting import install_on_demand
from .on_demand.counting import REGISTRY, OnDemand
from .outbox import Outbox, RegistryLink, Way
from .provider.records import ProviderRecords
from .provider.resources import ProviderResources
from .provider.routes import provider_blueprint
from .provider.rules import ProviderRules
from .provider.system import ProviderSystem
from .received import Received
from .registry.oauth import TokenService
from .registry.records import RegistryRecords
from .registry.resources import RegistryResources
from .registry.routes import registry_blueprint
from .registry.rules import RegistryRules
from .registry.system import RegistrySystem
from .registry.token_routes import token_blueprint
from .registry.tokens import RegistryTokenCheck
from .registry_tokens import Credentials
from .sds.tree import make_tree
from .seams import Switchboard
from .settings import Settings
from .structure import load_models
from .tokens import TokenCheck
from .variants import VARIANTS
from .world import CONSOLE_PATH, CONTROL_PATH, REGISTRY_PATH, TOKEN_PATH, ProviderProfile

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from .sds.server import SdsServer


#: How many providers have their slots made before anybody asks.
MADE_AT_START = 2


class RunningWorld:
    """The world of one process. `app` may be served once made; `start` sets the background work going.

    `tree` holds the entries of SDS.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.database_url)
        self._clock = Clock()
        self._exchanges = ExchangeLog()
        own = frozenset(name for profile in settings.providers for name in (profile.key, profile.asid))
        self._received = Received(own, self._exchanges.add)
        self._audit = AuditTrail(self._database, self._clock)
        self._switchboard = Switchboard((*DEFECTS, *VARIANTS))
        self._providers = [self._provider(profile) for profile in settings.providers]
        self._outboxes = {system.profile.key: self._outbox(system) for system in self._providers}
        for outbox in self._outboxes.values():
            self._switchboard.connect("outbox", SimpleNamespace(outbox=outbox))
        roots = {system.profile.key: system.profile.path for system in self._providers}
        self._on_demand = OnDemand({**roots, REGISTRY: REGISTRY}, settings.faults_on_demand)
        self._token_service = TokenService(
            f"{settings.root}{REGISTRY_PATH}",
            f"{settings.root}{TOKEN_PATH.rpartition('/')[0]}",
            settings.providers,
            self._database.secret,
        )
        self._registry = self._make_registry()
        self._switchboard.switch_to(settings.faults)
        # The others make theirs at the first search: hundreds of diaries would keep the start waiting.
        for provider in self._providers[:MADE_AT_START]:
            provider.records.make_slots(self._clock.now())
        self.tree = make_tree(settings.services, settings.providers, settings.root)
        self.app = self._mounted(self._make_app())

    def unclaimed(self) -> frozenset[str]:
        """The optional capabilities that the faults in force do away with."""
        return self._switchboard.unclaimed()

    def start(self) -> None:
        """Begin to deliver to the registry, and load what the first booking will need."""
        self._audit.start()
        settings = self._settings
        for key, outbox in self._outboxes.items():
            ways = self._ways(settings.registry_urls.get(key, ""))
            outbox.start(RegistryLink(ways, self._client(), self._credentials(key)))
        threading.Thread(target=load_models, name="warm-up", daemon=True).start()

    def serve_sds(self, server: SdsServer) -> None:
        """Let SDS answer from this world's directory."""
        server.start(self.tree, self._received, self._clock)

    def release(self) -> None:
        """Let the requests go on that wait for the sake of a fault, and end the live log of the console.

        To be called before the server is stopped.
        """
        self._on_demand.release()
        self._exchanges.close()

    def stop(self) -> None:
        """End the background work and close the storage."""
        for outbox in self._outboxes.values():
            outbox.stop()
        self._audit.stop()
        self._database.close()

    def _outbox(self, system: ProviderSystem) -> Outbox:
        # Asked at each message, not once: a variant may be switched on at any time.
        def signed() -> bool:
            return system.rules.registry_token_is_signed()

        return Outbox(self._database, system.profile, self._clock, signed)

    def _credentials(self, provider_key: str) -> Credentials:
        profile = next(provider for provider in self._settings.providers if provider.key == provider_key)
        service = self._token_service
        client = service.client(profile.asid)
        url = f"{self._settings.root}{TOKEN_PATH}"
        return Credentials(url, client.id, client.secret, service.scope, service.audience, self._ca())

    def _ways(self, elsewhere: str) -> tuple[Way, ...]:
        """To the registry elsewhere; or to our own, through the recording proxy of a test while there is one."""
        settings = self._settings
        if elsewhere:
            return (Way(elsewhere.rstrip("/"), settings.registry_ca or self._ca()),)
        tap = settings.tap
        through = (Way(f"{tap.root}{settings.base_path}{REGISTRY_PATH}", tap.ca),) if tap is not None else ()
        return (*through, Way(f"{settings.root}{REGISTRY_PATH}", self._ca()))

    def _ca(self) -> str:
        files = self._settings.certificates
        return "" if files is None else str(files.ca)

    def _client(self) -> tuple[str, str] | None:
        files = self._settings.certificates
        if files is None:
            return None
        return str(files.client), str(files.client_key)

    def _provider(self, profile: ProviderProfile) -> ProviderSystem:
        system = ProviderSystem(
            profile=profile,
            clock=self._clock,
            rules=ProviderRules(profile, self._settings.edition),
            records=ProviderRecords(self._database, profile),
            resources=ProviderResources(profile),
            tokens=TokenCheck(f"{self._settings.root}{profile.path}"),
        )
        self._switchboard.connect("provider", system)
        return system

    def _make_registry(self) -> RegistrySystem:
        system = RegistrySystem(
            path=REGISTRY_PATH,
            clock=self._clock,
            rules=RegistryRules(self._settings.edition),
            records=RegistryRecords(self._database),
            resources=RegistryResources(),
            tokens=RegistryTokenCheck(f"{self._settings.root}{REGISTRY_PATH}", self._token_service),
        )
        self._switchboard.connect("registry", system)
        return system

    def _mounted(self, app: Flask) -> WSGIApplication:
        path = self._settings.base_path
        return DispatcherMiddleware(NotFound(), {path: app}) if path else app

    def _make_app(self) -> Flask:
        # With its folders given Flask does not search the import system for them.
        here = str(Path(__file__).parent)
        app = Flask(__name__, static_folder=None, template_folder=None, root_path=here, instance_path=here)
        # OPTIONS is a method like any other that is not offered: 405.
        app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
        edition = self._settings.edition
        rewrite = self._switchboard.rewrite
        # The first that a request begins with counts; control interface and console are no FHIR systems.
        edges: dict[str, Edge | None] = {path: None for path in (CONTROL_PATH, CONSOLE_PATH)}
        edges[TOKEN_PATH.rpartition("/")[0]] = None
        edges[REGISTRY_PATH] = Edge("registry", edition, partial(rewrite, "registry"))
        if tkw.PROVIDER.key in self._settings.compat:
            edges[tkw.PATH] = Edge(tkw.PROVIDER.key, edition, partial(rewrite, tkw.PROVIDER.key))
            app.register_blueprint(tkw_blueprint(self._clock, edition))
        for profile in sorted(self._settings.providers, key=lambda each: each.path, reverse=True):
            edges[profile.route] = Edge(profile.key, edition, partial(rewrite, "provider"))

        @app.after_request
        def keep(response: Response) -> Response:
            if g.get("edge") is not None:
                self._received.add(g.edge.system, as_instant(self._clock.now()), response)
                if not g.get("audited"):
                    self._audit.add(g.edge.system, response)
            return response

        install(app, edges)
        served = {s.profile.key: (s, self._outboxes[s.profile.key]) for s in self._providers}
        install_on_demand(app, self._on_demand, self._clock, served)
        for system in self._providers:
            app.register_blueprint(provider_blueprint(system, self._outboxes[system.profile.key]))
        app.register_blueprint(registry_blueprint(self._registry))
        app.register_blueprint(token_blueprint(self._token_service, self._clock))
        app.register_blueprint(dos_blueprint(self._settings.services, self._received, self._clock))
        levers = Levers(
            self._database,
            self._clock,
            self._providers,
            self._outboxes,
            self._registry,
            self._switchboard,
            self._received,
            [fault.name for fault in (*DEFECTS, *VARIANTS)],
            self._on_demand,
        )
        reports = ReportLevers(self._database, self._clock, self._providers)
        app.register_blueprint(control_blueprint(levers, reports, self._settings.control_token))
        inside = Inside(self._settings, self._database, self._clock, self._registry, levers, self._exchanges)
        install_console(app, inside, (*DEFECTS, *VARIANTS))
        return app
