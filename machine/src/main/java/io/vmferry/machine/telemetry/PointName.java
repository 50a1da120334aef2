package io.vmferry.machine.telemetry;

/** The protocol points that exist. The text is the name that people use. */
public enum PointName {
    // both sides
    /** The migration status has changed; the argument is the new one. */
    STATUS("status"),

    // source
    /** All channels to the destination stand. */
    CONNECTED("connected"),
    /** Header and configuration have been written. */
    HEADER_SENT("header-sent"),
    /** A command has been written; the argument is its name. */
    COMMAND_SENT("command-sent"),
    /** An iterable's setup section has been written; the argument is its name. */
    SETUP_SENT("setup-sent"),
    /** The dirty bitmap has been synchronised; the argument is the count of syncs so far. */
    DIRTY_SYNC("dirty-sync"),
    /** The vCPUs are about to be stopped for the switchover. */
    SWITCHOVER_STARTED("switchover-started"),
    /** The vCPUs stand still. */
    GUEST_STOPPED("guest-stopped"),
    /** The last dirty page of the precopy has been written. */
    RAM_COMPLETE_SENT("ram-complete-sent"),
    /** A device's state is about to be written; the argument is the device. */
    DEVICE_SAVE_STARTED("device-save-started"),
    /** A device's state has been written; the argument is the device. */
    DEVICE_SAVED("device-saved"),
    /** The end of the stream has been written. */
    EOF_SENT("eof-sent"),
    /** A PONG has come back; the argument is its value. */
    PONG("pong"),
    /** SHUT has come back; the argument is its value. */
    SHUT("shut"),
    /** The source runs its guest again after a failure or a cancel. */
    GUEST_RESUMED("guest-resumed"),

    // destination
    /** The main channel has been recognised. */
    MAIN_CHANNEL("main-channel"),
    /** The return path's own connection has been paired with the main channel. */
    RETURN_PATH_CHANNEL("return-path-channel"),
    /** The configuration has been read and accepted. */
    CONFIGURATION_RECEIVED("configuration-received"),
    /** A command has been read; the argument is its name. */
    COMMAND_RECEIVED("command-received"),
    /** An iterable's setup section has been loaded; the argument is its name. */
    SETUP_LOADED("setup-loaded"),
    /** A device's state is about to be loaded; the argument is the device. */
    DEVICE_LOAD_STARTED("device-load-started"),
    /** A device's state has been loaded; the argument is the device. */
    DEVICE_LOADED("device-loaded"),
    /** The end of the stream has been read. */
    EOF_RECEIVED("eof-received"),
    /** The destination runs the guest. */
    GUEST_STARTED("guest-started"),
    /** SHUT has been sent; the argument is its value. */
    SHUT_SENT("shut-sent");

    private final String text;

    PointName(String text) {
        this.text = text;
    }

    /** The name in logs. */
    public String text() {
        return text;
    }
}
