#include "core/net/connection.h"

namespace quarry::net {

std::shared_ptr<Connection> make_tls_connection(std::shared_ptr<asio::io_context> io, Shared& shared, Socket socket,
                                                std::string peer) {
    using Stream = asio::ssl::stream<Socket>;
    return std::make_shared<StreamConnection<Stream>>(std::move(io), shared, Stream(std::move(socket), *shared.tls),
                                                      std::move(peer));
}

}  // namespace quarry::net
