#!/usr/bin/python3
"""Migrates as Ganeti does, with its unmodified TLMigrateInstance and KVMHypervisor.

This file replaces the remote calls between Ganeti's nodes, its configuration, and the files in
which it records the processes of its instances.
"""
import logging
import os
import sys

from ganeti import errors, objects, utils
from ganeti.cmdlib import instance_migration
from ganeti.hypervisor import hv_kvm

logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
SOURCE, DESTINATION = "source", "destination"
HOST, PORT = os.environ["VMFERRY_MIGRATE_URI"].split(":")[1:]
INSTANCE = objects.Instance(
    name="guest", uuid="guest", hypervisor="kvm", primary_node=SOURCE, disks=[],
    hvparams={"migration_port": int(PORT), "migration_bandwidth": 32, "migration_downtime": 30, "acpi": True,
              "migration_caps": "postcopy-ram" if os.environ["VMFERRY_POSTCOPY"] else ""})


class Hypervisor(hv_kvm.KVMHypervisor):
    """The KVM hypervisor of a node, without its directories under /run."""

    def __init__(self):
        pass

    @classmethod
    def _InstanceQmpMonitor(cls, instance_name):
        return cls.monitor

    @classmethod
    def _InstancePidAlive(cls, instance_name):
        return "", cls.pid, utils.IsProcessAlive(cls.pid)

    @classmethod
    def _nothing(cls, *args, **kwargs):
        pass

    _RemoveInstanceRuntimeFiles = _ClearUserShutdown = _nothing
    _WriteKVMRuntime = _ConfigureRoutedNICs = CleanupInstance = _nothing


class SourceHypervisor(Hypervisor):
    monitor = os.environ["VMFERRY_SOURCE_QMP"]
    pid = int(os.environ["VMFERRY_SOURCE_PID"])


class DestinationHypervisor(Hypervisor):
    monitor = os.environ["VMFERRY_DESTINATION_QMP"]
    pid = int(os.environ["VMFERRY_DESTINATION_PID"])


class Result:
    offline, node = False, ""

    def __init__(self, payload=None, fail_msg=""):
        self.payload, self.fail_msg = payload, fail_msg

    def Raise(self, text):
        pass


def call(hypervisor, method, *args):
    """Executes a remote call with a new hypervisor object, as the node daemon does."""
    try:
        return Result(getattr(hypervisor(), method)(*args))
    except Exception as err:  # the node daemon returns any exception as an error
        return Result(fail_msg=str(err))


class Rpc:
    def call_node_info(self, nodes, *_):
        return {node: Result((None, None, ({},))) for node in nodes}

    def call_instance_migrate(self, node, cluster, instance, target, live):
        if os.environ["VMFERRY_JOINS"]:
            return Result()
        return call(SourceHypervisor, "MigrateInstance", cluster, instance, target, live)

    def call_instance_get_migration_status(self, node, instance):
        return call(SourceHypervisor, "GetMigrationStatus", instance)

    def call_instance_finalize_migration_src(self, node, instance, success, live):
        return call(SourceHypervisor, "FinalizeMigrationSource", instance, success, live)

    def call_instance_finalize_migration_dst(self, node, instance, info, success):
        return call(DestinationHypervisor, "FinalizeMigrationDst", instance, info, success)

    def __getattr__(self, name):
        return lambda *args: Result()


class Config:
    def GetClusterInfo(self):
        return objects.Cluster(cluster_name="cluster", hvparams={"kvm": {}})

    def GetInstanceDisks(self, uuid):
        return []

    def GetNodeName(self, uuid):
        return uuid

    def GetInstanceInfo(self, uuid):
        return INSTANCE

    def SetInstancePrimaryNode(self, uuid, node):
        pass


class Unit:
    cfg, rpc = Config(), Rpc()

    def LogWarning(self, text, *args):
        print(text)


migration = instance_migration.TLMigrateInstance(
    Unit(), "guest", "guest", False, False, False, False, False, 60, False, False)
migration.feedback_fn = print
migration.instance = INSTANCE
migration.source_node_uuid, migration.target_node_uuid = SOURCE, DESTINATION
migration.nodes_ip = {SOURCE: HOST, DESTINATION: HOST}
migration.live = True
migration.current_mem, migration.tgt_free_mem = 64, 128
migration._RevertDiskStatus = lambda: None  # there are no disks
try:
    migration._ExecMigration()
except errors.OpExecError as err:
    print("Failure: %s" % err)
    sys.exit(1)
