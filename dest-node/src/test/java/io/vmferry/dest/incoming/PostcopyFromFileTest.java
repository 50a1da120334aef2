package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Command;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that holds a postcopy: nobody is at its other end who could send what is missing. */
class PostcopyFromFileTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isRefusedBeforeTheGuestRuns(boolean packaged) {
        Destination.Plan plan = new Destination.Plan();
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        plan.address = new MigrationAddress.File(Path.of("dump"), 0);
        StreamBytes listen = StreamBytes.listen().command(new Command.PostcopyRun());
        StreamBytes stream = new StreamBytes().begin().advise().ramStart().discard(0, 8);
        if (packaged) {
            stream.packaged(listen);
        } else {
            stream.with(out -> out.writeBytes(listen.bytes()));
        }
        try (Destination here = new Destination(plan)) {
            here.load(stream.bytes());
            here.assertFailed("POSTCOPY_LISTEN in a file, from which no page can be requested");
            assertThat(here.told).doesNotContain("postcopy-active", "RESUME");
        }
    }
}
