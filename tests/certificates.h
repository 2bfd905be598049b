// Certificates for tests, made by the openssl command in a folder: an authority of our own, and
// servers' certificates that it vouches for.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

class Certificates {
public:
    /// An authority in `folder`/ca.pem.
    explicit Certificates(std::filesystem::path folder) : folder_(std::move(folder))
    {
        run("req -x509 " + new_key("ca") +
            " -out ca.pem -subj '/CN=An authority for tests' -days 2");
    }

    /// `name`.pem with its key `name`.key, for `hosts` as in "DNS:localhost,IP:127.0.0.1", good for
    /// `days` from now.
    void make(const std::string& name, const std::string& hosts, int days = 2) const
    {
        run("req " + new_key(name) + " -out " + name + ".csr -subj /CN=a-server");
        shell("echo subjectAltName=" + hosts + " > " + name + ".ext");
        run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -out " + name +
            ".pem -extfile " + name + ".ext -days " + std::to_string(days));
    }

    /// The same, vouched for by itself alone.
    void make_self_signed(const std::string& name, const std::string& hosts) const
    {
        run("req -x509 " + new_key(name) + " -out " + name + ".pem -subj /CN=a-server -days 2" +
            " -addext subjectAltName=" + hosts);
    }

    [[nodiscard]] std::string path(const std::string& name) const
    {
        return (folder_ / name).string();
    }

private:
    static std::string new_key(const std::string& name)
    {
        return "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + ".key";
    }

    void run(const std::string& arguments) const
    {
        shell("openssl " + arguments + " 2>openssl.log");
    }

    void shell(const std::string& command) const
    {
        if (std::system(("cd '" + folder_.string() + "' && " + command).c_str()) != 0)
            throw std::runtime_error("could not run " + command);
    }

    std::filesystem::path folder_;
};
