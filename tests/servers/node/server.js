// An HTTPS server for every Node.js from 0.10 on, hence the old style.
// `default` as it comes; `everything` with all suites and, in the oldest, SSLv2 and SSLv3.
var fs = require('fs'), https = require('https');
var mode = process.argv[2], port = Number(process.argv[3]);
var options = {
  cert: fs.readFileSync(process.argv[4]),
  key: fs.readFileSync(process.argv[5])
};
if (mode === 'everything') {
  options.ciphers = 'ALL:COMPLEMENTOFALL';
  options.secureProtocol = 'SSLv23_method';
  options.secureOptions = 0;
}
var server = https.createServer(options, function (request, response) {
  response.writeHead(200);
  response.end('ok\n');
});
server.on('clientError', function () {});
server.on('tlsClientError', function () {});
server.listen(port, '127.0.0.1');
