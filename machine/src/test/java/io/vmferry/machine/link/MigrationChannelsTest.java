package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationChannelsTest {

    private static MigrationAddress address(JsonNode channel) throws AddressException {
        return MigrationChannels.address(channel, Profile.DEFAULT, DescriptorNames.INHERITED);
    }

    /** A list with the main channel alone; its address is JSON with single quotes. */
    private static JsonNode channel(String address) throws JsonProcessingException {
        return new ObjectMapper()
                .readTree(
                        "{'channel-type':'main','addr':%s}".formatted(address).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'transport':'socket','type':'inet','host':'::1','port':'44'} | tcp:[::1]:44",
                "{'transport':'socket','type':'inet','host':'h','port':'1','to':5} | tcp:h:1",
                "{'transport':'socket','type':'unix','path':'/run/m'} | unix:/run/m",
                "{'transport':'socket','type':'unix','path':'p','tight':false} | unix:p",
                "{'transport':'socket','type':'unix','path':'p','abstract':false} | unix:p",
                "{'transport':'socket','type':'unix','path':'p','abstract':true} | unix:@p",
                "{'transport':'file','filename':'/x','offset':512} | file:/x,offset=512",
                "{'transport':'socket','type':'vsock','cid':'2','port':'9'} | vsock:2:9",
                "{'transport':'socket','type':'fd','str':'x'} | fd:x",
                "{'transport':'exec','args':['/bin/sh','-c','cat >f']} | exec:cat >f",
                "{'transport':'exec','args':['/bin/cat','a b']} | exec:/bin/cat a b",
                "{'transport':'rdma','host':'h','port':'1'} | rdma:h:1",
            })
    void meansTheSameAsTheUri(String address, String uri) throws Exception {
        assertThat(address(channel(address))).hasToString(uri);
    }

    /** QEMU 10.0 prints the URI, and channels have none. */
    @Test
    void rdmaIsRefusedWithoutAName() throws Exception {
        JsonNode rdma = channel("{'transport':'rdma','host':'h','port':'1'}");
        assertThat(MigrationChannels.address(rdma, Profile.QEMU_10_0, DescriptorNames.INHERITED))
                .isEqualTo(
                        new MigrationAddress.Absent(
                                "rdma:h:1",
                                "Parameter 'uri' expects a valid migration protocol",
                                "unknown migration protocol: (null)"));
    }

    @ParameterizedTest
    @CsvSource({"'', true", "',\"tight\":true', true", "',\"tight\":false', false"})
    void anAbstractNameIsTightUnlessItIsSaid(String more, boolean tight) throws Exception {
        assertThat(
                        address(
                                channel(
                                        "{'transport':'socket','type':'unix','path':'n',"
                                                + "'abstract':true"
                                                + more
                                                + "}")))
                .isEqualTo(new MigrationAddress.AbstractUnix("n", tight));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'transport':'exec','args':[]} | 'args' names no program to execute",
                "{'transport':'file','filename':'x','offset':18446744073709551615} | offset"
                        + " 18446744073709551615 is beyond the end of any file",
            })
    void refusesWhatVmferryHasNot(String address, String message) {
        assertThatThrownBy(() -> address(channel(address)))
                .isInstanceOf(AddressException.class)
                .hasMessage(message);
    }
}
