#include "state/sha256.hpp"

#include <doctest/doctest.h>

TEST_CASE("SHA-256 gives the digests of the standard's examples") {
    CHECK(rev::state::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(rev::state::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(rev::state::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(rev::state::sha256(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on the pieces that a text comes in") {
    const std::string text(1000, 'x');
    for (const std::size_t size : {1, 7, 63, 64, 65, 128, 999}) {
        CAPTURE(size);
        rev::state::Sha256 sum;
        for (std::size_t at = 0; at < text.size(); at += size) sum.add(std::string_view(text).substr(at, size));
        CHECK(sum.digest() == rev::state::sha256(text));
    }
}
