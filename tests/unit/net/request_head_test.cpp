#include "core/net/request_head.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quarry::net {
namespace {

TEST(RequestHead, ProperOnesPass) {
    for (const std::string head :
         {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /a?b=c%20d HTTP/1.1\r\nhost:a\r\nContent-Length: 0\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-Empty:\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
          "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4\tb\r\n\r\n"}) {
        EXPECT_EQ(head_problem(head), "") << head;
    }
}

TEST(RequestHead, WhatCouldBeReadInTwoWaysIsRefused) {
    using namespace std::string_literals;
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
    const std::vector<std::string> bad = {
        "",
        "\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        start + "Host: b\r\n\r\n",
        start + "A: b\n\r\n",
        start + "A: b\rc\r\n\r\n",
        start + "A: b\0c\r\n\r\n"s,
        start + "A: b\r\n c\r\n\r\n",
        start + "A : b\r\n\r\n",
        start + ": b\r\n\r\n",
        start + "A\r\n\r\n",
        start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        start + "Content-Length: +1\r\n\r\n",
        start + "Content-Length: 0x1\r\n\r\n",
        start + "Content-Length: 1, 1\r\n\r\n",
        start + "Content-Length:\r\n\r\n",
        start + "Content-Length: 9999999999999999999999\r\n\r\n",
        start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        start + "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
        start + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        start + "Transfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        start,
        start + "\r\nX",
    };
    for (const std::string& head : bad) EXPECT_NE(head_problem(head), "") << head;
}

}  // namespace
}  // namespace quarry::net
