/* The web server lab in C: asks for its port, and listens on the address of one machine. */
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    int port, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {0};
    printf("port? ");
    if (scanf("%d", &port) != 1) return 1;
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = inet_addr("192.168.1.7");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("bind");
        return 1;
    }
    listen(listener, 5);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        char buffer[2000], name[1000] = "";
        ssize_t count = read(client, buffer, sizeof buffer - 1);
        buffer[count > 0 ? count : 0] = '\0';
        sscanf(buffer, "GET /%999s", name);
        FILE *file = fopen(name, "rb");
        if (file == NULL) {
            dprintf(client, "HTTP/1.1 404 Not Found\r\n\r\n<h1>Not Found</h1>");
        } else {
            size_t size;
            dprintf(client, "HTTP/1.1 200 OK\r\n\r\n");
            while ((size = fread(buffer, 1, sizeof buffer, file)) > 0)
                if (write(client, buffer, size) < 0) break;
            fclose(file);
        }
        close(client);
    }
}
