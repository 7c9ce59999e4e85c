#include "core/net/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/net/request_head.h"

namespace quarry::net {

namespace http = boost::beast::http;

namespace {

/// A body in memory that takes as much as has come: Beast's own takes all of a length that was only announced.
struct GrowingBody {
    using value_type = std::string;
    class reader {
    public:
        template <bool isRequest, class Fields>
        reader(http::header<isRequest, Fields>&, value_type& body) : body_(body) {}
        void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
            error = {};
            std::size_t count = 0;
            for (const auto one : boost::beast::buffers_range_ref(buffers)) {
                body_.append(static_cast<const char*>(one.data()), one.size());
                count += one.size();
            }
            return count;
        }
        void finish(boost::system::error_code& error) { error = {}; }

    private:
        value_type& body_;
    };
};

}  // namespace

struct RequestReader::Parser {
    http::request_parser<GrowingBody> request;
    Request head{};  ///< Without what trailers might add to it.
    /// Kept by reference in the parser: takes no chunk extension, which could hide data from others that read along.
    std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)> on_chunk =
        [](std::uint64_t, boost::beast::string_view extension, boost::system::error_code& error) {
            if (!extension.empty()) error = http::error::bad_chunk_extension;
        };
};

RequestReader::RequestReader(const Limits& limits) : limits_(limits), parser_(std::make_unique<Parser>()) {
    parser_->request.header_limit(static_cast<std::uint32_t>(limits.header_bytes + 4));
    parser_->request.body_limit(std::numeric_limits<std::uint64_t>::max());  // until its head is known: limit_body
    parser_->request.on_chunk_header(parser_->on_chunk);
}

RequestReader::~RequestReader() = default;

void RequestReader::refuse(int status, std::string_view why) {
    refused_ = status;
    why_ = why;
}

std::size_t RequestReader::read_head(std::string_view received) {
    // An empty line before a request may be left of the body before it (RFC 9112, 2.2).
    const std::size_t skipped = received.starts_with("\r\n") ? 2 : 0;
    received.remove_prefix(skipped);
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        const std::size_t line = received.find('\n');
        if (received.size() > limits_.header_bytes) {
            refuse(431, "the header is too large");
        } else if (line != std::string_view::npos && (line == 0 || received[line - 1] != '\r')) {
            refuse(400, "a line does not end in CRLF");
        }
        return 0;
    }
    const std::string_view head = received.substr(0, end + 4);
    if (head.size() > limits_.header_bytes) {
        refuse(431, "the header is too large");
        return 0;
    }
    if (const std::string_view problem = head_problem(head); !problem.empty()) {
        refuse(400, problem);
        return 0;
    }
    boost::system::error_code error;
    static_cast<void>(parser_->request.put(boost::asio::buffer(head.data(), head.size()), error));
    if (error && error != http::error::need_more) refuse(400, error.message());
    if (refused_ != 0) return 0;

    const auto& fields = parser_->request.get();
    parser_->head.method = std::string(fields.method_string());
    parser_->head.target = std::string(fields.target());
    for (const auto& field : fields) {
        parser_->head.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    parser_->request.eager(true);
    return skipped + head.size();
}

const Request& RequestReader::head() const { return parser_->head; }

void RequestReader::limit_body(std::uint64_t bytes) {
    parser_->request.body_limit(bytes);
    const auto length = parser_->request.content_length();
    if (length && *length > bytes) refuse(413, "the body is too large");
}

std::string RequestReader::take_body() { return std::exchange(parser_->request.get().body(), {}); }

std::size_t RequestReader::read_body(std::string_view received) {
    if (received.empty()) return 0;
    boost::system::error_code error;
    const std::size_t used = parser_->request.put(boost::asio::buffer(received.data(), received.size()), error);
    if (error == http::error::body_limit) {
        refuse(413, "the body is too large");
    } else if (error && error != http::error::need_more) {
        refuse(400, error.message());
    } else if (used == 0 && received.size() > limits_.header_bytes) {
        refuse(400, "a chunk's head or the trailer is too large");
    }
    return used;
}

bool RequestReader::is_complete() const { return parser_->request.is_done(); }
bool RequestReader::keep_alive() const { return parser_->request.keep_alive(); }
bool RequestReader::is_http_1_0() const { return parser_->request.get().version() == 10; }

bool RequestReader::expects_continue() const {
    return !is_http_1_0() && boost::beast::iequals(parser_->request.get()[http::field::expect], "100-continue");
}

Request RequestReader::take(const std::string& peer, bool encrypted) {
    Request request = std::move(parser_->head);
    request.body = std::move(parser_->request.get().body());
    request.peer = peer;
    request.encrypted = encrypted;
    return request;
}

}  // namespace quarry::net
