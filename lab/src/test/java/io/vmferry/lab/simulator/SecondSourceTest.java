package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another host connects with the channel of a source while a migration is under way. */
class SecondSourceTest {

    private final List<String> ends = new ArrayList<>();

    /** An unexpected main channel, return path of another migration, and recovery. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5145564d 00000003",
                "564d4652 00000001 00000000 00000007 00000000 00000008",
                "08 0001 0000"
            })
    void isRejectedAndTheMigrationContinues(String hex) {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            run.atDestination(
                    point -> point.name() == PointName.CONFIGURATION_RECEIVED,
                    () -> connect(run, HexFormat.of().parseHex(hex.replace(" ", ""))));
            run.migrate();
            assertThat(ends).hasSize(1);
            assertThat(run.destination.engine.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    private void connect(ObservedMigration run, byte[] begin) {
        SimulatedHost other = new SimulatedHost("other", run.pair.time);
        run.pair
                .network
                .transportOf(other)
                .connect(
                        run.destination.address,
                        link -> {
                            link.attach(new Ended());
                            write(link, begin);
                        },
                        failure -> ends.add(failure.getMessage()));
    }

    private static void write(Link link, byte[] bytes) {
        link.write(Unpooled.wrappedBuffer(bytes));
        link.flush();
    }

    private final class Ended implements LinkListener {

        @Override
        public void received(ByteBuf bytes) {
            throw new AssertionError("Nothing comes back");
        }

        @Override
        public void writable() {}

        @Override
        public void closed(Optional<IOException> cause) {
            ends.add(cause.map(IOException::getMessage).orElse("closed"));
        }
    }
}
