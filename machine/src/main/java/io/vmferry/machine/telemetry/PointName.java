package io.vmferry.machine.telemetry;

/** The protocol points that exist. The text is the name that people use. */
public enum PointName {
    // both sides
    /** The migration status has changed; the argument is the new one. */
    STATUS("status"),
    /** A network card has sent a packet that tells where the guest is; the argument is its name. */
    ANNOUNCED("announced"),

    // source
    /** All channels to the destination stand. */
    CONNECTED("connected"),
    /** Header and configuration have been written. */
    HEADER_SENT("header-sent"),
    /** A command has been written; the argument is its name. */
    COMMAND_SENT("command-sent"),
    /** An iterable's setup section has been written; the argument is its name. */
    SETUP_SENT("setup-sent"),
    /** The guest was asked to let go of a device; the argument is the device's id. */
    UNPLUG_REQUESTED("unplug-requested"),
    /** The guest has let go of the last such device. */
    UNPLUGGED("unplugged"),
    /** A device is the guest's again after a failure or a cancel; the argument is its id. */
    PLUGGED_BACK("plugged-back"),
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
    /** The preempt channel to the destination stands. */
    PREEMPT_CONNECTED("preempt-connected"),
    /** The destination has been told which pages are out of date; the argument is their number. */
    DISCARDS_SENT("discards-sent"),
    /** The package with the devices has been written; the argument is its size in bytes. */
    PACKAGE_SENT("package-sent"),
    /** PONG 0x42 was noticed: from here on the destination owns the guest. */
    PACKAGE_LOADED("package-loaded"),
    /** The destination asks for a page; the argument is block and offset. */
    PAGE_REQUESTED("page-requested"),
    /** A page that was asked for has been written; the argument is block and offset. */
    REQUESTED_PAGE_SENT("requested-page-sent"),
    /** A bitmap of received pages has come back; the argument is the block. */
    BITMAP_RECEIVED("bitmap-received"),
    /** All bitmaps are back; the argument is how many pages were lost on the way. */
    PAGES_LOST("pages-lost"),
    /** RESUME_ACK has come back: the recovery is over. */
    RESUME_ACKNOWLEDGED("resume-acknowledged"),
    /** The last page of the postcopy has been written. */
    POSTCOPY_RAM_SENT("postcopy-ram-sent"),
    /** The end of the stream has been written. */
    EOF_SENT("eof-sent"),
    /** A PONG has come back; the argument is its value. */
    PONG("pong"),
    /** SWITCHOVER_ACK has come back; the argument is how many are still to come. */
    SWITCHOVER_ACK("switchover-ack"),
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
    /** The preempt channel has been recognised. */
    PREEMPT_CHANNEL("preempt-channel"),
    /** The whole package is here and begins to load; the argument is its size in bytes. */
    PACKAGE_RECEIVED("package-received"),
    /** Pages may be missing from here on, and are asked for. */
    LISTENING("listening"),
    /** A PONG has been sent; the argument is its value. */
    PONG_SENT("pong-sent"),
    /** A main channel has come that recovers the postcopy. */
    RECOVERY_CHANNEL("recovery-channel"),
    /** A bitmap of received pages has been sent; the argument is the block. */
    BITMAP_SENT("bitmap-sent"),
    /** RESUME_ACK has been sent. */
    RESUME_ACK_SENT("resume-ack-sent"),
    /** A page has been asked for; the argument is block and offset. */
    REQ_PAGES_SENT("req-pages-sent"),
    /** A page that was asked for has been placed; the argument is block and offset. */
    REQUESTED_PAGE_PLACED("requested-page-placed"),
    /** A command has been read; the argument is its name. */
    COMMAND_RECEIVED("command-received"),
    /** An iterable's setup section has been loaded; the argument is its name. */
    SETUP_LOADED("setup-loaded"),
    /** A device is ready for the switchover; the argument is the device. */
    DEVICE_APPROVED("device-approved"),
    /** SWITCHOVER_ACK has been sent. */
    SWITCHOVER_ACK_SENT("switchover-ack-sent"),
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
