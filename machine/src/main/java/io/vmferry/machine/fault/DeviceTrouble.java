package io.vmferry.machine.fault;

import java.util.Optional;

/** Tells an engine which devices are to fail. Asked on its loop. */
public interface DeviceTrouble {

    /** No device fails. */
    DeviceTrouble NONE =
            new DeviceTrouble() {
                @Override
                public Optional<String> saving(String device) {
                    return Optional.empty();
                }

                @Override
                public Optional<String> loading(String device) {
                    return Optional.empty();
                }
            };

    /**
     * Asked when a device is about to write its state.
     *
     * @param device the name of its section
     * @return why it cannot; empty when it can
     */
    Optional<String> saving(String device);

    /** Asked when a device has worked with the state that it has read. */
    Optional<String> loading(String device);
}
