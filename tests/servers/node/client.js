// Handshakes with a server, one after the other, as told by JSON on the command line:
// a list of options for tls.connect. Prints one line for each: the suite, or nothing.
// Written for every Node.js from 0.10 on.
var tls = require('tls'), constants = require('constants');
var port = Number(process.argv[2]), name = process.argv[3];
var questions = JSON.parse(process.argv[4]);

function ask() {
  var question = questions.shift(), done = false;
  if (!question) return;
  var options = { rejectUnauthorized: false, port: port, host: '127.0.0.1', servername: name };
  Object.keys(question).forEach(function (key) { options[key] = question[key]; });
  if (options.secureProtocol === 'SSLv2_method') delete options.servername;
  if (options.without) {
    options.secureOptions = options.without.reduce(function (all, option) {
      return all | constants[option];
    }, 0);
  }
  function answer(text) {
    if (done) return;
    done = true;
    console.log(text);
    setTimeout(ask, 0);
  }
  var socket;
  try {
    socket = tls.connect(options, function () {
      var cipher = socket.getCipher();
      answer(cipher.name + (socket.getProtocol ? ' ' + socket.getProtocol() : ''));
      socket.destroy();
    });
  } catch (refused) {
    answer('');
    return;
  }
  socket.on('error', function () { answer(''); });
  socket.on('close', function () { answer(''); });
  socket.setTimeout(5000, function () { socket.destroy(); answer(''); });
}
ask();
